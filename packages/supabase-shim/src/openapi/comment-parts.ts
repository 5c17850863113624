/** A comment's first line, and what follows it after blank lines. */
export function commentParts(comment: string | undefined): {
  readonly summary?: string;
  readonly description?: string;
} {
  if (comment === undefined) return {};
  const end = comment.indexOf("\n");
  if (end === -1) return { summary: comment };
  const rest = comment.slice(end).replace(/^\n+/, "");
  return { summary: comment.slice(0, end), ...(rest === "" ? {} : { description: rest }) };
}
