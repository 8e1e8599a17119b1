export async function mark(text: string): Promise<string> {
  return `${text} the restart`;
}
