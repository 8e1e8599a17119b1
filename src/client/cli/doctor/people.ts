import type { ProductConfig } from '../../../domain/config/schema.ts';
import { nearest } from '../../../domain/text/nearest.ts';
import type { Check } from './check.ts';

/**
 * Whoever is no group is a person of that name. A group's name with a slip in it is a person, too – one who never comes – so what
 * is nearly the name of a group is said.
 */
export function checkPeople({ environments, people }: ProductConfig): Check[] {
  const groups = Object.keys(people.groups);
  return Object.entries(environments).flatMap(([name, { approval }]) =>
    (approval?.from ?? [])
      .filter((one) => !groups.includes(one))
      .flatMap((one): Check[] => {
        const [near] = nearest(one, groups, 1);
        return near === undefined
          ? []
          : [
              {
                level: 'warn',
                what: `approval of ${name}`,
                says: `${one} is no group, so it is a person of that name; there is a group ${near}`,
                mend: `write ${near} if that was meant`,
                about: 'configuration',
              },
            ];
      }),
  );
}
