"""How good sharing is: peers' words, lies, matching, sketches and speed, measured."""
