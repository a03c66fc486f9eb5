"""The 256 words of check phrases: one per byte, for ever in this order.

Plain English, two syllables or three where possible, of everyday things that belong to nobody's
war: no places, no persons, no dates, no units, nothing that is an order or a report on a radio net.
Any two differ in at least three letters and in their first four, so that one is not heard as the
other on a poor line.
"""

from __future__ import annotations

from typing import Final

_LIST: Final = """
abacus acorn album almond alphabet anchor antenna apple apricot apron asparagus atlas autumn avenue
backpack badminton bakery balcony bamboo banana banjo barley basket bedroom bicycle biscuit blossom
blueberry bonnet bottle bramble breakfast brother buffalo bulldozer butter cabbage cabin cactus
calendar camel candle canyon carnation carpet catalogue cedar ceiling celery cherry chestnut chimney
chocolate cinema cinnamon circle clarinet clover cobalt cockatoo coconut coffee compass copper
cottage cousin cranberry cricket crocus crystal cucumber cupboard daisy dancer dandelion diamond
dinosaur dolphin domino donkey doorway dragonfly drawer dumpling elephant emerald envelope evening
farmer feather festival fiddle finger firefly flagpole flamingo flannel forest fountain galaxy
garden garlic gazelle giraffe glacier goblet granite guitar hamlet hammock harmonica harvest
hedgehog hobby honeycomb horizon iceberg igloo indigo insect island ivory jamboree jasmine jelly
jigsaw journal jungle juniper kangaroo keyboard kitchen kiwi ladder lagoon lantern laundry lavender
lemon lettuce library lilac lobster locket lollipop lunchbox magnet marble marigold marmalade meadow
mineral mirror morning mosaic muffin museum mustard napkin necklace nectar needle nephew notebook
nutmeg oasis oatmeal ocean octopus olive onion orchard origami ostrich oxygen palace pancake panda
papaya paragraph parcel parrot pasture peacock pelican pencil penguin piano pigeon pillow pineapple
planet plaza popcorn porcupine potato pottery primrose pudding pumpkin puzzle pyramid quilt rabbit
raccoon radish rainbow raspberry reindeer rhubarb ribbon saffron salad sapphire satchel saxophone
scarf scooter seagull seahorse sequin silver skylark slipper snowdrop spinach squirrel stadium
summer sunflower sweater teapot thimble toboggan tortoise tractor treacle trumpet tulip turtle
twilight ukulele umbrella vanilla velvet village vineyard violet waffle walnut wardrobe weekend
window woodland zebra zigzag
"""
CHECK_WORDS: Final = tuple(_LIST.split())
