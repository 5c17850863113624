import type { Chain } from "../client/replay-chain.ts";

type Step = Chain[number];

const byId: Step = ["order", "id"];
const odd = "Odd, (name).*";
const KIM = "00000000-0000-4000-8000-000000000001";
const company = (row: unknown, options?: unknown): Step => ["insert", row, options];

export const WRITES: readonly Chain[] = [
  [["from", "companies"], company({ name: "A" })],
  [
    ["from", "companies"],
    company({ name: "A", parent_id: 1 }),
    ["select", "name,parent:parent_id(name)"],
    ["single"],
  ],
  [
    ["from", "companies"],
    company([{ name: "A" }, { name: "B", parent_id: 2 }]),
    ["select", "name,parent_id"],
    ["order", "name"],
  ],
  [["from", "companies"], company([{ name: "A" }, { name: "B" }], { count: "exact" })],
  [["from", "companies"], company({ name: "Noord" }), ["select"]],
  [["from", "companies"], company({ id: 9, name: "A" })],
  [["from", "companies"], company({ nope: 1 })],
  [["from", "companies"], company([])],
  [["from", "companies"], company([]), ["select"]],
  [
    ["from", "ports"],
    ["insert", {}],
  ],
  [["from", "companies"], company({ name: "A", parent_id: 99 })],
  [
    ["from", "ships"],
    [
      "insert",
      {
        id: 5,
        name: "E",
        flags: ["red"],
        papers: { a: [1] },
        tags: ["x,y", 'q"'],
        draught: "[1,2)",
        stamp: "\\x01",
        moored: { pier: 1, side: "s" },
        berth: "A2",
      },
    ],
    ["select"],
    ["single"],
  ],
  [
    ["from", "ships"],
    ["insert", { id: 5, name: "E", berth: "bad" }],
  ],
  [
    ["from", "ships"],
    ["insert", { id: 5, name: "E", label: "x" }],
  ],
  [
    ["from", "ships"],
    [
      "insert",
      [
        { id: 5, name: "E", at_sea: true },
        { id: 6, name: "F" },
      ],
      { defaultToNull: false },
    ],
    ["select", "id,at_sea,flags,seen"],
    byId,
  ],
  [
    ["from", "ships"],
    [
      "insert",
      [
        { id: 5, name: "E", flags: ["red"] },
        { id: 6, name: "F" },
      ],
    ],
    ["select"],
  ],
  [
    ["from", "ships"],
    ["upsert", { id: 1, name: "Anna 2" }],
    ["select", "id,name,tonnage"],
  ],
  [
    ["from", "companies"],
    ["upsert", [{ name: "Noord" }, { name: "A" }], { onConflict: "name", ignoreDuplicates: true }],
    ["select", "name"],
  ],
  [
    ["from", "ports"],
    ["upsert", { country: "NL", code: "RTM", name: "R" }, { onConflict: "country,code", count: "exact" }],
    ["select"],
  ],
  [
    ["from", "ports"],
    ["upsert", { country: "NL", code: "RTM", name: "R" }, { onConflict: "name" }],
  ],
  [
    ["from", "ships"],
    ["update", { name: "X" }],
    ["eq", "id", 1],
  ],
  [
    ["from", "ships"],
    ["update", { name: "X", papers: null }, { count: "exact" }],
    ["in", "id", [1, 2]],
    ["select", "id,name,papers"],
    byId,
  ],
  [["from", "ships"], ["update", { name: "X" }], ["eq", "id", 99], ["select"]],
  [
    ["from", "ships"],
    ["update", { name: "X" }],
    ["gt", "id", 0],
    ["maxAffected", 2],
  ],
  [["from", "ships"], ["update", { name: "X" }], ["eq", "id", 1], ["select", "name,calls(id)"], ["single"]],
  [["from", "ships"], ["update", {}], ["eq", "id", 1], ["select"]],
  [
    ["from", "ships"],
    ["update", { nope: 1 }],
    ["eq", "id", 1],
  ],
  [["from", "calls"], ["delete"], ["eq", "id", 1], ["select", "id,ships(name)"]],
  [
    ["from", "calls"],
    ["delete", { count: "exact" }],
    ["gt", "cost", 6],
  ],
  [["from", "companies"], ["delete"], ["eq", "id", 1]],
  [["from", "calls"], ["delete"], ["gt", "id", 0], ["select"], ["single"]],
  [
    ["from", "readings"],
    ["insert", { at: "2024-03-03", sensor: 1 }],
  ],
  [
    ["from", "notes"],
    ["insert", { body: "x", owner: KIM }],
    ["select", "body,owner"],
  ],
  [
    ["from", "notes"],
    ["insert", { body: "x" }],
  ],
  [
    ["from", "notes"],
    ["update", { body: "x" }],
    ["gt", "id", 0],
    ["select", "id,body"],
  ],
  [
    ["from", "fleet"],
    ["insert", { name: "x" }],
  ],
  [["from", "fleet_names"], ["delete"], ["eq", "id", 1]],
  [
    ["from", odd],
    ["insert", { "a,b": 3, "c.d": "n", 'say "hi"': "y", "ünï→": "z", "x:y": 1 }],
    ["select", '"a,b","c.d","say \\"hi\\"","ünï→","x:y"'],
  ],
  [
    ["from", odd],
    ["upsert", { "a,b": 1, "c.d": "n" }, { onConflict: '"a,b"' }],
    ["select", '"a,b","c.d"'],
  ],
  [
    ["from", odd],
    ["update", { "it's": "q" }],
    ["eq", '"c.d"', "dot"],
    ["select", '"it\'s"'],
  ],
  [
    ["schema", "yard"],
    ["from", "jobs"],
    ["insert", { id: 3, dock_id: 2, title: "t" }],
    ["select", "title,docks(name)"],
  ],
  [["schema", "yard"], ["from", "jobs"], ["delete"], ["eq", "docks.name", "Dry"]],
];
