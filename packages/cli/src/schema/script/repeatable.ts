import { quoteIdentifier } from "@offramp/db";

/** A statement that makes something, and whether PostgreSQL can be told to leave what is there. */
interface Rule {
  readonly head: RegExp;
  readonly replacement: string;
}

const PLAIN: readonly Rule[] = [
  { head: /^create schema /i, replacement: "create schema if not exists " },
  { head: /^create extension /i, replacement: "create extension if not exists " },
  { head: /^create sequence /i, replacement: "create sequence if not exists " },
  { head: /^create (unlogged )?table /i, replacement: "create $1table if not exists " },
  { head: /^create (unique )?index /i, replacement: "create $1index if not exists " },
  { head: /^create materialized view /i, replacement: "create materialized view if not exists " },
  { head: /^create view /i, replacement: "create or replace view " },
  { head: /^create trigger /i, replacement: "create or replace trigger " },
  { head: /^create rule /i, replacement: "create or replace rule " },
];

/**
 * The same statement so that it can be run again: with `if not exists` or `or replace` where PostgreSQL has it, after a
 * `drop … if exists` for policies, and in a block that looks first for types, constraints, aggregates and the rest.
 */
export function repeatable(statement: string): string {
  const text = statement.trim();
  const rule = PLAIN.find(({ head }) => head.test(text));
  if (rule !== undefined) return text.replace(rule.head, rule.replacement);
  const policy = /^create policy ("(?:[^"]|"")+") on ((?:"(?:[^"]|"")+"\.?)+)/i.exec(text);
  if (policy !== null) return `drop policy if exists ${policy[1]} on ${policy[2]};\n${text}`;
  if (
    /^(create (type|domain|aggregate|constraint trigger|event trigger)|alter (table|domain) \S.* add constraint) /i.test(
      text,
    )
  )
    return guarded(text);
  return text;
}

/** `duplicate_object` is said for types, constraints and triggers, `duplicate_function` for aggregates, `duplicate_table` for indexes' names. */
function guarded(statement: string): string {
  const tag = dollarTag(statement);
  return [
    `do ${tag} begin`,
    `  ${statement};`,
    "exception",
    "  when duplicate_object or duplicate_function or duplicate_table or invalid_table_definition then null; -- it is there",
    `end ${tag}`,
  ].join("\n");
}

/** A quotation that the text does not hold. */
function dollarTag(text: string): string {
  for (let n = 0; ; n += 1) {
    const tag = n === 0 ? "$offramp$" : `$offramp${n}$`;
    if (!text.includes(tag)) return tag;
  }
}

/** Makes a role that grants and policies name, without a password, where it is not there. */
export function createRole(name: string): string {
  return guarded(`create role ${quoteIdentifier(name)} nologin`);
}
