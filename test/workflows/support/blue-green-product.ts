const section = `
agents:
  driver: { command: drive }
  senior: { command: advise }
  trio: { correctness: { command: review }, security: { command: review } }
  juniors: { first: { command: review } }
blueGreen:
  requirements: REQUIREMENTS.md
  rollbackPlan: Blue is still there; traffic goes back to it.
  infrastructure: [Dockerfile]
`;
/** The simulated product with what a blue/green deployment needs, and `more` at the end of its section. */
export const withBlueGreen =
  (more = '', change = (text: string) => text) =>
  (yaml: string): string =>
    change(`${yaml}${section}${more}`).replace(/^ {4}database: .*$/gm, '');
