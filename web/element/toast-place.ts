/** Puts the toasts beside open panels, or at the top if there is no room. @returns whether there is */
export function findRoom(stack: Element, panels: Element[]): boolean {
  const isFree = (place: string, touch: typeof overlaps): boolean => {
    stack.className = `stack ${place}`;
    return !panels.some((panel) => touch(panel, stack));
  };
  // To the side first: more toasts may come.
  if (isFree('', isAbove) || isFree('aside', isAbove) || isFree('', overlaps)) return true;
  stack.className = 'stack over';
  return false;
}

/** Whether they touch, or would if they were higher. */
function isAbove(one: Element, other: Element): boolean {
  const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
  return a.left < b.right && b.left < a.right;
}

function overlaps(one: Element, other: Element): boolean {
  const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
  return isAbove(one, other) && a.top < b.bottom && b.top < a.bottom;
}
