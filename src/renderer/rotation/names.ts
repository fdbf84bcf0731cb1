/** An id made from a name (`Café & Birds` → `cafe-birds`), which `taken` does not have. */
export function idFor(name: string, taken: Iterable<string>, fallback: string): string {
  const used = new Set(taken);
  const base =
    name
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 56)
      .replace(/-+$/, '') || fallback;
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? base : `${base}-${count}`;
    if (!used.has(id)) return id;
  }
}
