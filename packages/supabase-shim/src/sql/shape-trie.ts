type ShapePart = string | number | boolean | undefined;

/** A key, part by part. Two keys are equal when their parts are. */
export type ShapeKey = readonly ShapePart[];

/** A place in the trie. */
interface Node<T> {
  /** What leads here from the parent. */
  parts: ShapeKey;
  parent: Node<T> | undefined;
  readonly children: Map<ShapePart, Node<T>>;
  value: T | undefined;
}

/**
 * Values by key, found by walking the key's parts: a compact prefix tree (radix tree), in which parts that no other key
 * shares stay together in one node. A look-up compares names that are mostly the same texts, and neither makes nor hashes
 * a text of the whole key. There are at most twice as many nodes as values.
 *
 * @see Knuth, The Art of Computer Programming, volume 3, section 6.3, "Digital Searching".
 */
export class ShapeTrie<T> {
  readonly #root: Node<T> = nodeOf<T>([], undefined);

  get(key: ShapeKey): T | undefined {
    let node = this.#root;
    let at = 0;
    while (at < key.length) {
      const child = node.children.get(key[at]);
      if (child === undefined) return undefined;
      const { parts } = child;
      if (commonLength(parts, key, at) < parts.length) return undefined;
      at += parts.length;
      node = child;
    }
    return node.value;
  }

  set(key: ShapeKey, value: T): void {
    this.#place(key).value = value;
  }

  delete(key: ShapeKey): void {
    const node = this.#place(key);
    node.value = undefined;
    // Removed where nothing follows; its parent may then lead to a single child, which takes its place.
    if (node.children.size === 0) node.parent?.children.delete(node.parts[0]);
    if (node.parent !== undefined) joinOnlyChild(node.parent);
    joinOnlyChild(node);
  }

  /** The node of a key, made where there is none. */
  #place(key: ShapeKey): Node<T> {
    let node = this.#root;
    let at = 0;
    while (at < key.length) {
      const child = node.children.get(key[at]);
      if (child === undefined) return addChild(node, key.slice(at));
      const common = commonLength(child.parts, key, at);
      node = common < child.parts.length ? split(child, common) : child;
      at += common;
    }
    return node;
  }
}

function nodeOf<T>(parts: ShapeKey, parent: Node<T> | undefined): Node<T> {
  return { parts, parent, children: new Map(), value: undefined };
}

function addChild<T>(parent: Node<T>, parts: ShapeKey): Node<T> {
  const child = nodeOf(parts, parent);
  parent.children.set(parts[0], child);
  return child;
}

/** How many parts of a node the key has, too, from `at` on. */
function commonLength(parts: ShapeKey, key: ShapeKey, at: number): number {
  const most = Math.min(parts.length, key.length - at);
  let common = 0;
  while (common < most && parts[common] === key[at + common]) common += 1;
  return common;
}

/** Puts a node before this one, which takes its first `length` parts. */
function split<T>(node: Node<T>, length: number): Node<T> {
  const before = nodeOf(node.parts.slice(0, length), node.parent);
  node.parent?.children.set(before.parts[0], before);
  node.parts = node.parts.slice(length);
  node.parent = before;
  before.children.set(node.parts[0], node);
  return before;
}

/** A node without a value that leads to one child only is one with it. */
function joinOnlyChild<T>(node: Node<T>): void {
  const { parent } = node;
  if (parent === undefined || node.value !== undefined || node.children.size !== 1) return;
  for (const child of node.children.values()) {
    child.parts = [...node.parts, ...child.parts];
    child.parent = parent;
    parent.children.set(child.parts[0], child);
  }
}
