/** With its first letter as a capital: `staging` at the beginning of a line is `Staging`. */
export function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
