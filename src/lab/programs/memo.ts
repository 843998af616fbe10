/**
 * The lab holds equal contents once, however many PCs have them. What a program works out of a content alone is therefore worked out once for
 * a whole room, and forgotten with the content.
 */
export function memo<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    let entry = known.get(key);
    if (!entry) known.set(key, (entry = { value: compute(key) }));
    return entry.value;
  };
}
