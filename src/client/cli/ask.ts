/** A question to the person at the terminal, on stderr; no is the answer to just Enter. */
export async function confirm(message: string): Promise<boolean> {
  const { confirm: ask } = await import('@inquirer/prompts');
  return ask({ message, default: false }, { output: process.stderr });
}
