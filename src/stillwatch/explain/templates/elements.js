"use strict";
// Small makers of elements. Text always goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function draw(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function embedded(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

function signed(bits) {
  const rounded = Math.round(bits * 10) / 10;
  if (rounded > 0) return "+" + rounded.toFixed(1);
  return rounded < 0 ? "−" + Math.abs(rounded).toFixed(1) : "0.0";
}

function percent(share) {
  if (share >= 0.9995) return "over 99.9 %";
  if (share <= 0.0005) return "under 0.1 %";
  return (100 * share).toFixed(share >= 0.1 && share < 0.985 ? 0 : 1) + " %";
}

function grouped(number) {
  return number.toLocaleString("en-US");
}

// A colour of the page as the current theme resolves it; charts draw on canvas and need a value.
function colour(name) {
  const probe = make("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}
