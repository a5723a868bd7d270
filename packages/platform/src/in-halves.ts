import { isTransient } from './transient.ts'

/** Items whose work was done together, or failed together. */
export type Part<Item, Answer> =
  | { readonly items: readonly Item[]; readonly ok: true; readonly answer: Answer }
  | { readonly items: readonly Item[]; readonly ok: false; readonly error: unknown }

/**
 * Works on many items at once. Where that fails for a reason that does not pass by itself, each half is tried, and so on, until what
 * cannot be done fails alone: one bad item stops no other. A transient failure is not split, because it says nothing about an item.
 */
export async function inHalves<Item, Answer>(
  items: readonly Item[],
  work: (items: readonly Item[]) => Promise<Answer>,
): Promise<Part<Item, Answer>[]> {
  try {
    return [{ items, ok: true, answer: await work(items) }]
  } catch (error) {
    if (items.length <= 1 || isTransient(error)) return [{ items, ok: false, error }]
    const middle = Math.ceil(items.length / 2)
    return [...(await inHalves(items.slice(0, middle), work)), ...(await inHalves(items.slice(middle), work))]
  }
}
