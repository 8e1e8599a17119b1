/** A product with everything that a release can have; tests change parts of its text. */
export function productYaml(product: string, change: (yaml: string) => string = (yaml) => yaml): string {
  return change(`
product: ${product}
title: Corner Shop
repository: { path: . }
checks:
  unit: npm test
  integration: npm run integration
  e2e: npm run e2e
  criticalPaths: npm run smoke
people:
  groups: { leads: [alice, bob] }
environments:
  staging:
    process: { start: node server.js, port: 4100 }
    smoke: npm run smoke
    database: { backup: dump, verifyBackup: prove, restore: restore, migrate: migrate, migrations: 'migrations/*.sql' }
  production:
    process: { start: node server.js, port: 4200 }
    smoke: npm run smoke
    database: { backup: dump, verifyBackup: prove, restore: restore, migrate: migrate, migrations: 'migrations/*.sql', restoreOnRollback: if-migrated }
    approval: { from: [leads] }
    monitor: { for: 1m, every: 10s }
policies: { rehearseRollback: false }
notifications:
  - webhook: http://127.0.0.1:9/hook
`);
}
