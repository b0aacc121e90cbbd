// The page as a whole: which part is shown, the theme, and building a campaign when it is opened.

const built = new Set();
const time = embedded("time-data");

function buildCampaign(article) {
  if (built.has(article)) return;
  built.add(article);
  const data = embedded(article.id + "-data");
  const marks = [[data.detected, "evidence sufficed"]];
  if (time.starts.length) {
    drawTimeline(article.querySelector("[data-chart=own]"), time.starts, [
      ["This campaign", "plus", 170, data.counts, marks],
      ["Everyone", "soft", 130, time.everyone, []],
    ]);
  }
  accountList(article.querySelector(".account-list"), data);
  setTimeout(() => drawNetwork(article, data)); // the layout takes a moment; the rest is readable
}

function buildTraffic() {
  const element = document.getElementById("traffic-chart");
  if (!element || built.has(element) || !time.starts.length) return;
  built.add(element);
  drawTimeline(element, time.starts, [["Everyone", "accent", 220, time.everyone, []]]);
}

// The address after # names a part; a campaign is shown alone, everything else is the overview.
function route(isFirst) {
  const name = decodeURIComponent(location.hash.slice(1)) || "top";
  const target = document.getElementById(name) || document.getElementById("top");
  const article = target.closest(".campaign");
  for (const other of document.querySelectorAll(".campaign")) {
    other.classList.toggle("open", other === article);
  }
  document.getElementById("overview").hidden = Boolean(article);
  if (article) buildCampaign(article);
  redrawHidden();
  if (isFirst === true && !location.hash) return;
  const heading = target.querySelector("[tabindex='-1']");
  if (heading) heading.focus({ preventScroll: true });
  target === article || name === "top" ? scrollTo(0, 0) : target.scrollIntoView();
}

// A chart drawn while hidden has no width; it is drawn again once it can be seen.
function redrawHidden() {
  for (const chart of document.querySelectorAll(".chart[data-key]")) {
    if (chart.clientWidth && !chart.firstChild) redrawTimelines();
  }
}

function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function showTheme() {
  document.getElementById("theme").setAttribute("aria-pressed", String(isDark()));
  redrawTimelines();
  recolourNetworks();
}

// On narrow screens some tables are laid out as cards, which takes their meaning from readers
// that hear the page; said outright, it stays.
function keepTableMeaning() {
  const roles = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TFOOT: "rowgroup" };
  for (const table of document.querySelectorAll(".list, .cards, .evidence")) {
    for (const part of [table, ...table.querySelectorAll("thead, tbody, tfoot, tr, th, td")]) {
      const head = part.scope === "row" ? "rowheader" : "columnheader";
      const role = roles[part.tagName] || { TR: "row", TH: head, TD: "cell" }[part.tagName];
      part.setAttribute("role", role);
    }
  }
}

// Paper is white: charts are drawn in the light theme while it is printed.
function printLight() {
  let theme;
  addEventListener("beforeprint", () => {
    buildTraffic();
    theme = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = "light";
    showTheme();
  });
  addEventListener("afterprint", () => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    showTheme();
  });
}

function start() {
  keepTableMeaning();
  campaignList();
  document.getElementById("theme").addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    showTheme();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showTheme);
  addEventListener("hashchange", route);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    redrawTimelines();
    networks.forEach((chart) => chart.resize());
  });
  new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) buildTraffic();
  }).observe(document.getElementById("traffic"));
  printLight();
  showTheme();
  route(true);
}

start();
