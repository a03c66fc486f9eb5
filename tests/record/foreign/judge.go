// Judges copies of a record with Go's own code for transparent logs, which nobody here wrote:
// golang.org/x/mod/sumdb/note opens the checkpoint, golang.org/x/mod/sumdb/tlog verifies tiles,
// entries and proofs. Reads {"cases": [...]} on its input and says for each what was wrong, or "".
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type inclusion struct {
	Index  int64    `json:"index"`
	Hashes []string `json:"hashes"`
}

type oneCase struct {
	Name    string            `json:"name"`
	Base    string            `json:"base"`
	Instead map[string]string `json:"instead"`
	Vkey    string            `json:"vkey"`
}

func (c *oneCase) read(name string) ([]byte, error) {
	if text, ok := c.Instead[name]; ok {
		return base64.StdEncoding.DecodeString(text)
	}
	return os.ReadFile(filepath.Join(c.Base, name))
}

func (c *oneCase) open(name string) (tree tlog.Tree, err error) {
	text, err := c.read(name)
	if err != nil {
		return tree, err
	}
	verifier, err := note.NewVerifier(c.Vkey)
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	rows := strings.Split(opened.Text, "\n")
	if len(rows) < 4 || rows[0] != verifier.Name() {
		return tree, fmt.Errorf("not a checkpoint of this log")
	}
	if tree.N, err = strconv.ParseInt(rows[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(rows[2])
	return tree, err
}

// ReadTiles, SaveTiles and Height make a case a tlog.TileReader over C2SP paths.
type tiles struct{ of *oneCase }

func (t tiles) Height() int                           { return 8 }
func (t tiles) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, each := range wanted {
		path := strings.Replace(each.Path(), "tile/8/", "tile/", 1)
		hashes, err := t.of.read(path)
		if err != nil {
			return nil, err
		}
		read = append(read, hashes)
	}
	return read, nil
}

func hashesOf(texts []string) (hashes []tlog.Hash, err error) {
	for _, text := range texts {
		hash, err := tlog.ParseHash(text)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

func (c *oneCase) entries(size int64) (leaves [][]byte, err error) {
	for n := int64(0); n*256 < size; n++ {
		path := fmt.Sprintf("tile/entries/%03d", n)
		if left := size - n*256; left < 256 {
			path += fmt.Sprintf(".p/%d", left)
		}
		bundle, err := c.read(path)
		if err != nil {
			return nil, err
		}
		for len(bundle) > 0 {
			if len(bundle) < 2 {
				return nil, fmt.Errorf("bundle ends early")
			}
			length := int(bundle[0])<<8 | int(bundle[1])
			if len(bundle) < 2+length {
				return nil, fmt.Errorf("bundle ends early")
			}
			leaves = append(leaves, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
	}
	if int64(len(leaves)) != size {
		return nil, fmt.Errorf("%d entries, not %d", len(leaves), size)
	}
	return leaves, nil
}

func (c *oneCase) judge() error {
	tree, err := c.open("checkpoint")
	if err != nil {
		return fmt.Errorf("checkpoint: %v", err)
	}
	leaves, err := c.entries(tree.N)
	if err != nil {
		return fmt.Errorf("entries: %v", err)
	}
	var indexes []int64
	for at := int64(0); at < tree.N; at++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, at))
	}
	held, err := tlog.TileHashReader(tree, tiles{c}).ReadHashes(indexes)
	if err != nil {
		return fmt.Errorf("tiles: %v", err)
	}
	for at, leaf := range leaves {
		if tlog.RecordHash(leaf) != held[at] {
			return fmt.Errorf("entry %d: not the one signed", at)
		}
	}
	if err := c.judgeInclusion(tree, leaves); err != nil {
		return fmt.Errorf("inclusion: %v", err)
	}
	if err := c.judgeConsistency(tree); err != nil {
		return fmt.Errorf("consistency: %v", err)
	}
	return nil
}

func (c *oneCase) judgeInclusion(tree tlog.Tree, leaves [][]byte) error {
	text, err := c.read("inclusion.json")
	if err != nil {
		return err
	}
	var proofs []inclusion
	if err := json.Unmarshal(text, &proofs); err != nil {
		return err
	}
	for _, proof := range proofs {
		if proof.Index >= tree.N {
			return fmt.Errorf("no entry %d", proof.Index)
		}
		hashes, err := hashesOf(proof.Hashes)
		if err != nil {
			return err
		}
		leaf := tlog.RecordHash(leaves[proof.Index])
		if err := tlog.CheckRecord(hashes, tree.N, tree.Hash, proof.Index, leaf); err != nil {
			return err
		}
	}
	return nil
}

func (c *oneCase) judgeConsistency(tree tlog.Tree) error {
	old, err := c.open("earlier")
	if err != nil {
		return err
	}
	text, err := c.read("consistency.json")
	if err != nil {
		return err
	}
	var texts []string
	if err := json.Unmarshal(text, &texts); err != nil {
		return err
	}
	hashes, err := hashesOf(texts)
	if err != nil {
		return err
	}
	return tlog.CheckTree(hashes, tree.N, tree.Hash, old.N, old.Hash)
}

// A case at fault in a way that its author did not think of must not end the others.
func (c *oneCase) verdict() (said string) {
	defer func() {
		if met := recover(); met != nil {
			said = fmt.Sprintf("panic: %v", met)
		}
	}()
	if err := c.judge(); err != nil {
		return err.Error()
	}
	return ""
}

func main() {
	var input struct{ Cases []oneCase }
	if err := json.NewDecoder(os.Stdin).Decode(&input); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	verdicts := map[string]string{}
	for at := range input.Cases {
		verdicts[input.Cases[at].Name] = input.Cases[at].verdict()
	}
	json.NewEncoder(os.Stdout).Encode(verdicts)
}
