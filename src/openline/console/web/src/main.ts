import "./theme/tokens.css";
import "./theme/base.css";
import "./theme/panes.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { words } from "./words/words.svelte";

const target = document.getElementById("screen");
if (target === null) throw new Error("the page has no screen");
// In the reader's own language from the first word on; a table is small, and comes with the page.
void words.start().then(() => mount(App, { target }));
