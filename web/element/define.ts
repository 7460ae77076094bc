/**
 * Where a page has loaded another copy of this script, its elements stay. On a server, which has no elements, nothing
 * is to be done: the page defines them.
 */
export function define(name: string, element: CustomElementConstructor): void {
  const registry = (globalThis as { customElements?: Partial<CustomElementRegistry> }).customElements;
  if (!registry?.define) return;
  try {
    if (!registry.get?.(name)) registry.define(name, element);
  } catch (error) {
    // The client and the other elements of this script still serve the page.
    console.error(error);
  }
}
