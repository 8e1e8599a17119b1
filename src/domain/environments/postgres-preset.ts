import { emptyDatabase, missingRights } from './postgres-queries.ts';

/**
 * What `database.postgres` stands for: POSIX shell around PostgreSQL's own tools. A failure ends with one sentence on stderr
 * that says what is wrong, which becomes the step's summary. The password is in no argument, output or process list:
 * it goes from the URL into PGPASSWORD, and the tools are given the URL without it.
 */

const sentences = String.raw`
set -u
export LC_ALL=C
umask 077
fail() { printf '%s\n' "$1" >&2; exit 1; }
# All that a tool said, then a sentence with the first error among it.
explain() {
  printf '%s\n' "$2" >&2
  why=$(printf '%s\n' "$2" | sed -n '/\(error\|ERROR\|FATAL\):/{p;q;}')
  [ -n "$why" ] || why=$(printf '%s\n' "$2" | sed -n 1p)
  fail "$1: $(printf '%s\n' "$why" | sed 's/^[a-z_]*: error: //; s/^psql:<stdin>:[0-9]*: //')"
}
last() { printf '%s\n' "$1" | sed -n '$p'; }
`;

const connection = `
for tool in pg_dump pg_restore psql; do
  command -v "$tool" >/dev/null 2>&1 ||
    fail "$tool is not on the worker's PATH: install PostgreSQL's client programs there (postgresql-client on Debian, Ubuntu and Alpine, postgresql on Fedora, libpq with Homebrew)"
done

bad_password='the password in the URL that database.postgres refers to must be percent-encoded (@ is %40, / is %2F, ? is %3F, % is %25)'
case $SLUICE_DATABASE_URL in
  postgres://* | postgresql://*) ;;
  *) fail 'database.postgres must refer to a URL such as postgres://user:password@host:5432/name' ;;
esac
rest=\${SLUICE_DATABASE_URL#*://}
query=
case $rest in *[?]*) query=\${rest#*[?]} rest=\${rest%%[?]*} ;; esac
host=\${rest%%/*}
path=\${rest#"$host"}
user=
case $host in *@*) user=\${host%%@*} host=\${host#*@} ;; esac
case $host$path$query in *@*) fail "$bad_password" ;; esac
case "&$query" in *'&dbname='*) fail 'in the URL that database.postgres refers to, the name of the database stands after the host: postgres://host/name' ;; esac

password=
case $user in *:*) password=\${user#*:} user=\${user%%:*} ;; esac
case "&$query" in *'&password='*)
  after="&$query" before="&$query"
  before=\${before%%&password=*} after=\${after#*&password=}
  password=\${after%%&*}
  query=$before\${after#"$password"} query=\${query#&}
  ;;
esac
decode() {
  text=$1
  while case $text in *%*) ;; *) false ;; esac; do
    printf %s "\${text%%%*}"
    text=\${text#*%}
    case $text in [0-9A-Fa-f][0-9A-Fa-f]*) ;; *) return 1 ;; esac
    digits=\${text%"\${text#??}"} text=\${text#??}
    printf "\\\\$(printf %03o "0x$digits")"
  done
  printf %s "$text"
}
if [ -n "$password" ]; then
  PGPASSWORD=$(decode "$password") || fail "$bad_password"
  export PGPASSWORD
fi
export PGAPPNAME=sluice PGCONNECT_TIMEOUT=15
server=\${SLUICE_DATABASE_URL%%://*}://\${user:+$user@}$host
query=\${query:+?$query}
url=$server$path$query
sql() { psql --no-psqlrc --quiet --tuples-only --no-align --no-password --set=ON_ERROR_STOP=1 "$@"; }

answer=$(sql --dbname="$url" --command='show server_version_num' 2>&1) ||
  explain "the database can't be reached (look at the server, and at the URL that database.postgres refers to)" "$answer"
running=$(($(last "$answer") / 10000))
for tool in pg_dump pg_restore psql; do
  version=$("$tool" --version)
  version=\${version#*"(PostgreSQL) "}
  version=\${version%%[!0-9]*}
  [ "\${version:-0}" -ge "$running" ] ||
    fail "$tool is version \${version:-unknown} and the server is PostgreSQL $running: install the client programs of PostgreSQL $running on the worker (such as postgresql-client-$running)"
done
`;

/** Whole or not there, and with a checksum: the archive's own table of contents has none. */
const backup = String.raw`
part=$SLUICE_BACKUP.part
said=$(pg_dump --format=custom --no-password --dbname="$url" --file="$part" 2>&1) ||
  { rm -f "$part"; explain 'pg_dump failed' "$said"; }
[ -z "$said" ] || printf '%s\n' "$said" >&2
cksum <"$part" >"$SLUICE_BACKUP.sum" && mv "$part" "$SLUICE_BACKUP" || fail "the backup can't be written: $SLUICE_BACKUP"
`;

/**
 * What is restored, as a list of the archive's entries. The schema `public` is in every database already, and stays as it is;
 * an extension brings its own comment, which only its owner may set.
 */
const archive = String.raw`
[ -s "$SLUICE_BACKUP" ] || fail 'the backup is empty'
if [ -e "$SLUICE_BACKUP.sum" ]; then
  [ "$(cksum <"$SLUICE_BACKUP")" = "$(cat "$SLUICE_BACKUP.sum")" ] ||
    fail 'the backup is damaged: it is not what pg_dump wrote (its checksum differs)'
fi
list=$(pg_restore --list "$SLUICE_BACKUP" 2>&1) || explain "the backup can't be read" "$list"
entry='^[0-9]*; [0-9]* [0-9]*'
list=$(printf '%s\n' "$list" | sed "/$entry SCHEMA - public /d; /$entry COMMENT - SCHEMA public /d; /$entry COMMENT - EXTENSION /d")
`;

/** Into a scratch database on the same server, made as the backed-up one was (encoding, locale), and dropped whatever happens. */
const proof = String.raw`
name=sluice_proof_$(basename "$SLUICE_BACKUP" .backup)
scratch=$server/$name$query
remove() { sql --dbname="$url" --command="drop database if exists \"$name\" with (force)"; }

script=$(pg_restore --create --schema-only --file=- "$SLUICE_BACKUP" 2>&1) || explain "the backup can't be read" "$script"
create=$(printf '%s\n' "$script" |
  sed -n "/^CREATE DATABASE .* WITH TEMPLATE = template0/{s//create database \"$name\" with template = template0/p;q;}")
[ -n "$create" ] || fail "the backup can't be read: it does not say how its database was made"

trap 'remove >/dev/null 2>&1 || echo "the scratch database $name could not be dropped: drop it by hand" >&2' EXIT
trap 'exit 143' TERM INT HUP
# One that a killed proof left behind is not in the way.
said=$(remove 2>&1 && sql --dbname="$url" --command="$create" 2>&1) ||
  explain "the scratch database can't be made (the user of database.postgres needs the right CREATEDB)" "$said"
[ "$(sql --dbname="$scratch" --command='select current_database()' 2>&1)" = "$name" ] ||
  fail "the scratch database $name can't be reached at the same address: does a connection pooler stand in between? Give the server's own address"
# Owners are restored before rights, and may need this one for what is theirs.
sql --dbname="$scratch" --command='grant create on schema public to public' 2>/dev/null

said=$(printf '%s\n' "$list" |
  pg_restore --exit-on-error --no-password --use-list=/dev/stdin --dbname="$scratch" "$SLUICE_BACKUP" 2>&1) ||
  explain "the backup can't be restored (client programs $version, server $running)" "$said"
wanted=$(printf '%s\n' "$list" | grep -c "$entry TABLE DATA ")
found=$(sql --dbname="$scratch" --command="select count(*) from pg_catalog.pg_tables where schemaname not in ('pg_catalog','information_schema')")
[ "$found" -ge "$wanted" ] || fail "the backup has $wanted tables, the restored database $found"
`;

const proofOfRights = String.raw`
missing=$(sql --dbname="$url" --command="$missing_rights" 2>&1) || explain 'it could not be found out what the user of database.postgres may do' "$missing"
[ -z "$missing" ] || fail "a restore would fail, since the user of database.postgres lacks rights: $missing"
`;

/**
 * In one transaction: all that is in the database goes, and the backup comes back. Connections stay, queries wait; only
 * transactions that are in the way are ended. The commit is sent only where pg_restore read the backup to its end.
 */
const restore = String.raw`
kept=$(printf '%s\n' "$list" | sed -n "s/$entry EXTENSION - \(.*[^ ]\) *$/\1/p")
said=$({
  {
    printf '%s\n' 'begin;' "select set_config('sluice.kept', :'kept', true);" "$empty_database"
    printf '%s\n' "$list" | pg_restore --use-list=/dev/stdin --file=- "$SLUICE_BACKUP" 2>&3 &&
      printf '%s\n' 'commit;' '\echo restored'
  } | sql --dbname="$url" --set=kept="$kept" --output=/dev/null --file=- 2>&1
} 3>&1)
[ "$(last "$said")" = restored ] || explain 'nothing was restored, the database is as it was' "$said"
# Without statistics the first queries would be slow.
sql --dbname="$url" --command='set client_min_messages = error' --command=analyze || :
`;

const withQuery = (name: string, query: string) => `${name}=$(cat <<'SLUICE_SQL'\n${query}\nSLUICE_SQL\n)\n`;

/** `restorable`: the preset's own restore may be needed, so its rights are proved with the backup. */
export function postgresCommand(action: 'backup' | 'verifyBackup' | 'restore', restorable: boolean): string {
  const begin = `${sentences}${connection}`;
  switch (action) {
    case 'backup':
      return `${begin}${backup}`;
    case 'verifyBackup': {
      const rights = restorable ? `${withQuery('missing_rights', missingRights)}${proofOfRights}` : '';
      return `${begin}${archive}${proof}${rights}printf '{"tables":%s}\\n' "$found"\n`;
    }
    case 'restore':
      return `${begin}${archive}${withQuery('empty_database', emptyDatabase)}${restore}`;
  }
}
