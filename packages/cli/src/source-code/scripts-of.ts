const BLOCK = /(<script\b[^>]*>)([\s\S]*?)(<\/script\s*>)/gi;

/**
 * The `<script>` blocks of a page, each at its own place: everything else is blank, so that offsets and lines stay those
 * of the file.
 */
export function scriptsOf(text: string): string {
  let scripts = "";
  let end = 0;
  for (const match of text.matchAll(BLOCK)) {
    const [, open = "", script = ""] = match;
    const from = match.index + open.length;
    // A template that ends in no semicolon must not run into the next block.
    scripts += `${blank(text.slice(end, from - 1))}${from > end ? ";" : ""}${script}`;
    end = from + script.length;
  }
  return scripts + blank(text.slice(end));
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, " ");
}
