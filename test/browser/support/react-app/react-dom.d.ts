/** The one function of react-dom that the page needs; the package brings no types. */
declare module 'react-dom/client' {
  import type { ReactNode } from 'react';
  export function createRoot(element: Element): { render(node: ReactNode): void };
}
