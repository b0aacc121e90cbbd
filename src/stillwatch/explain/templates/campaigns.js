// The list of campaigns: sort by any column, filter by words.

function campaignList() {
  const table = document.getElementById("campaign-list");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  for (const head of table.tHead.rows[0].cells) {
    const button = make("button", { type: "button", class: "sort" }, head.textContent);
    button.addEventListener("click", () => sortCampaigns(table, rows, head));
    head.replaceChildren(button);
  }
  const filter = document.getElementById("campaign-filter");
  const said = document.getElementById("campaign-filter-said");
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.dataset.words.includes(wanted);
    const shown = rows.filter((row) => !row.hidden).length;
    said.textContent = wanted ? `${shown} of ${rows.length} shown` : "";
  });
}

function sortCampaigns(table, rows, head) {
  const isFirst = head.dataset.key === "number" || head.dataset.key === "seen";
  const before = head.getAttribute("aria-sort");
  const up = before ? before === "descending" : isFirst;
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const value = (row) => Number(row.dataset[head.dataset.key]);
  rows.sort((one, other) => (up ? 1 : -1) * (value(one) - value(other)));
  table.tBodies[0].append(...rows);
}
