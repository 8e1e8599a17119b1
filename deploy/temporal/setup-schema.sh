#!/bin/sh
# Creates Temporal's two databases and brings their schemas up to this version. Safe to repeat.
# Takes SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD, as temporal-sql-tool does.
set -eu
tool="${TEMPORAL_SQL_TOOL:-temporal-sql-tool}"
export SQL_PLUGIN=postgres12

prepare() { # database, schema
  export SQL_DATABASE="$1"
  "$tool" create-database
  # A database that has a schema already refuses a second set-up; the update says what is wrong, if anything is.
  "$tool" setup-schema -v 0.0 || echo "setup-schema: $1 has been set up before"
  "$tool" update-schema --schema-name "postgresql/v12/$2"
}

prepare "${TEMPORAL_DATABASE:-temporal}" temporal
prepare "${TEMPORAL_VISIBILITY_DATABASE:-temporal_visibility}" visibility
