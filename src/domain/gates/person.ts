/**
 * Whether two names are spellings of one: nobody becomes another person by capitals, blanks, letters that can't be seen, or another
 * encoding of the same letters. Letters that only look alike are different ones.
 */
export function samePerson(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

function plain(name: string): string {
  return name
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .toLowerCase();
}

/** The names without further spellings of those that came before. */
export function eachOnce(names: readonly string[]): string[] {
  return names.filter((name, index) => names.findIndex((other) => samePerson(other, name)) === index);
}
