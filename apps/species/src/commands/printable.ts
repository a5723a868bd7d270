/**
 * Text that another person wrote, for a terminal: what would move the cursor or turn the text around is written as an escape. Line breaks
 * stay, and each line after the first is set in.
 */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, escapeOf).replaceAll(/\n(?! )/g, '\n  ')
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
