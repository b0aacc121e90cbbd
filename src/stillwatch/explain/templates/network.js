// The accounts of a campaign and what links them, drawn by cytoscape.

const networks = [];

function networkStyle() {
  const [plus, raised, ink, soft, accent] = ["plus", "raised", "ink", "soft", "accent"].map(colour);
  return [
    {
      selector: "node",
      style: {
        width: 13,
        height: 13,
        "background-color": plus,
        "border-width": 1.5,
        "border-color": plus,
        "overlay-opacity": 0,
      },
    },
    { selector: "node[!flagged]", style: { "background-color": raised } },
    { selector: "node[?middle]", style: { shape: "diamond", width: 17, height: 17 } },
    {
      selector: "edge",
      style: {
        width: "mapData(bits, 0, 25, 0.6, 4)",
        "line-color": soft,
        opacity: 0.45,
        "curve-style": "haystack",
        "overlay-opacity": 0,
      },
    },
    { selector: "node.near", style: { "border-color": accent, "border-width": 3 } },
    { selector: "edge.near", style: { "line-color": accent, opacity: 0.9 } },
    {
      selector: "node.chosen",
      style: { "border-color": ink, "border-width": 4, width: 22, height: 22, "z-index": 9 },
    },
    { selector: "edge.chosen", style: { "line-color": ink, opacity: 1, width: 5, "z-index": 9 } },
  ];
}

function networkElements(data) {
  const { accounts, words } = data;
  const nodes = data.nodes.map((number) => ({
    data: {
      id: "a" + number,
      number,
      flagged: accounts.flagged[number],
      middle: ["relay", "reseller"].includes(words[accounts.role[number]]) ? 1 : 0,
    },
  }));
  const edges = data.links.map(([one, other, bits], number) => ({
    data: { id: "l" + number, number, source: "a" + one, target: "a" + other, bits },
  }));
  return [...nodes, ...edges];
}

function drawNetwork(article, data) {
  const frame = article.querySelector(".graph");
  const detail = article.querySelector(".detail");
  if (!data.nodes.length) return;
  const chart = cytoscape({
    container: frame,
    elements: networkElements(data),
    style: networkStyle(),
    layout: {
      name: "cose",
      animate: false,
      randomize: true,
      nodeRepulsion: () => 9000,
      idealEdgeLength: () => 40,
      gravity: 0.6,
      numIter: 400,
      componentSpacing: 60,
      padding: 24,
    },
    userZoomingEnabled: false,
    userPanningEnabled: matchMedia("(pointer: fine)").matches,
    boxSelectionEnabled: false,
    maxZoom: 4,
  });
  const choose = (element) => {
    chart.elements().removeClass("chosen near");
    element.addClass("chosen");
    if (element.isNode()) element.neighborhood().addClass("near");
    else element.connectedNodes().addClass("near");
    const number = element.data("number");
    detail.replaceChildren(
      ...(element.isNode() ? accountEvidence(data, number) : linkEvidence(data, data.links[number])),
    );
  };
  chart.on("tap", "node, edge", (event) => choose(event.target));
  frame.addEventListener("keydown", (event) => walkNetwork(event, chart, choose));
  for (const button of article.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => zoomNetwork(chart, button.dataset.zoom));
  }
  networks.push(chart);
  choose(chart.nodes().max((node) => node.degree()).ele);
}

// Left and right walk the accounts; up and down the links of the account last chosen.
function walkNetwork(event, chart, choose) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const nodes = chart.nodes();
  const account = chart.scratch("account") || nodes[0];
  if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    const before = chart.scratch("account") ? nodes.indexOf(account) : -step;
    const next = nodes[(Math.max(0, before + step) + nodes.length) % nodes.length];
    chart.scratch("account", next);
    choose(next);
    return;
  }
  const links = account.connectedEdges();
  if (!links.length) return;
  const chosen = chart.edges(".chosen");
  const before = chosen.length ? links.indexOf(chosen[0]) : -1;
  choose(links[(before + step + links.length) % links.length]);
}

function zoomNetwork(chart, how) {
  if (how === "fit") {
    chart.fit(undefined, 24);
    return;
  }
  const level = chart.zoom() * (how === "in" ? 1.4 : 1 / 1.4);
  chart.zoom({ level, renderedPosition: { x: chart.width() / 2, y: chart.height() / 2 } });
}

function recolourNetworks() {
  networks.forEach((chart) => chart.style(networkStyle()));
}
