// The reasons of one account or one link, added up: the same bars as a campaign's waterfall.

function place(value, low, high) {
  return ((100 * (value - low)) / (high - low || 1)).toFixed(2) + "%";
}

function bar(before, after, low, high) {
  const left = Math.min(before, after);
  const zero = place(0, low, high);
  return draw(
    "svg",
    { class: "fall", "aria-hidden": "true", focusable: "false" },
    draw("line", { class: "zero", x1: zero, x2: zero, y1: "0", y2: "100%" }),
    draw("rect", {
      class: after >= before ? "plus" : "minus",
      x: place(left, low, high),
      width: place(low + Math.abs(after - before), low, high),
      y: "50%",
      height: "12",
      rx: "2",
    }),
  );
}

// `reasons` are [title, family, bits, sentence], words given by number.
function evidenceTable(reasons, words) {
  const ordered = [...reasons].sort((one, other) => other[2] - one[2]);
  let sum = 0;
  const sums = [0, ...ordered.map((reason) => (sum += reason[2]))];
  const low = Math.min(...sums);
  const high = Math.max(...sums);
  const rows = ordered.map(([title, family, bits, sentence], number) =>
    make(
      "tr",
      {},
      make(
        "th",
        { scope: "row" },
        make("span", { class: "reason" }, words[title]),
        " ",
        make("span", { class: "tag" }, words[family]),
        make("p", {}, words[sentence]),
        bar(sums[number], sums[number + 1], low, high),
      ),
      make("td", { class: "num " + (bits >= 0 ? "plus" : "minus") }, signed(bits)),
    ),
  );
  return make(
    "table",
    { class: "evidence narrow" },
    make(
      "thead",
      {},
      make(
        "tr",
        {},
        make("th", { scope: "col" }, "Reason"),
        make("th", { scope: "col", class: "num" }, "Bits"),
      ),
    ),
    make("tbody", {}, ...rows),
    make(
      "tfoot",
      {},
      make(
        "tr",
        {},
        make("th", { scope: "row" }, "Sum"),
        make("td", { class: "num" }, signed(sum)),
      ),
    ),
  );
}

function accountEvidence(data, number) {
  const { accounts, reasons, words } = data;
  const role = words[accounts.role[number]];
  const said = [
    `${percent(accounts.posterior[number])} probable`,
    `${signed(accounts.bits[number])} bits`,
    role,
    accounts.flagged[number] ? "flagged" : "below the alert level",
  ];
  const heading = make("h4", {}, make("bdi", { class: "id" }, accounts.id[number]));
  const line = make("p", { class: "note" }, said.filter(Boolean).join(" · "));
  if (!reasons[number]) {
    const where = "The reasons of this account are not in this page; " +
      "stillwatch look RUN account ID shows them.";
    return [heading, line, make("p", {}, where)];
  }
  return [heading, line, evidenceTable(reasons[number], words)];
}

function linkEvidence(data, [one, other, bits, reasons]) {
  const ids = data.accounts.id;
  return [
    make(
      "h4",
      {},
      make("bdi", { class: "id" }, ids[one]),
      make("span", { class: "joined" }, " linked with "),
      make("bdi", { class: "id" }, ids[other]),
    ),
    make("p", { class: "note" }, `${signed(bits)} bits that one operator runs both`),
    evidenceTable(reasons, data.words),
  ];
}
