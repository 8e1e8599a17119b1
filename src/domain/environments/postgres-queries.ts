/**
 * What a restore drops first: everything that is not PostgreSQL's own. The schema `public` is emptied and stays; an extension
 * stays where the backup has it, since only a superuser may make some of them again. Event triggers go first, before they fire.
 * Parts of something else (`i`: an identity column's sequence) and members of extensions (`e`) go or stay with it.
 */
const objects = `
  select classid, objid from (
    select 1 as turn, 'pg_event_trigger'::regclass as classid, oid as objid from pg_event_trigger
    union all select 2, 'pg_publication'::regclass, oid from pg_publication
    union all select 3, 'pg_foreign_server'::regclass, oid from pg_foreign_server
    union all select 4, 'pg_namespace'::regclass, oid from pg_namespace
      where nspname !~ '^pg_' and nspname not in ('public', 'information_schema')
    union all select 5, classid, objid from pg_depend
      where refclassid = 'pg_namespace'::regclass and refobjid = to_regnamespace('public') and deptype = 'n'
    union all select 6, 'pg_extension'::regclass, oid from pg_extension
      where extname <> 'plpgsql' and extname <> all (string_to_array(current_setting('sluice.kept', true), e'\\n'))
  ) as found
  where not exists (
    select from pg_depend as part
    where part.classid = found.classid and part.objid = found.objid and part.objsubid = 0 and part.deptype in ('e', 'i')
  )
  order by turn`;

/**
 * Empties the database inside of a transaction that goes on. Who holds a lock is waited for three seconds, then transactions
 * older than that are ended and it begins again; a connection without a transaction stays.
 */
export const emptyDatabase = `
set local client_min_messages = error;
set local statement_timeout = 0;
set local idle_in_transaction_session_timeout = 0;
set local lock_timeout = '3s';
do $sluice$
declare
  object record;
  other record;
begin
  for attempt in 1..20 loop
    begin
      loop
        select case
            when o.type in ('function', 'procedure', 'aggregate') then 'routine'
            when o.type = 'statistics object' then 'statistics'
            else o.type
          end as kind, o.identity
          into object
          from (${objects}) as c, pg_identify_object(c.classid, c.objid, 0) as o
          limit 1;
        exit when not found;
        execute format('drop %s %s cascade', object.kind, object.identity);
      end loop;
      perform lo_unlink(oid) from pg_largeobject_metadata;
      return;
    exception when lock_not_available or deadlock_detected then
      for other in
        select distinct l.pid from pg_locks as l join pg_stat_activity as a using (pid)
        where l.database = (select oid from pg_database where datname = current_database())
          and l.granted and l.pid <> pg_backend_pid()
          and coalesce(a.xact_start < clock_timestamp() - interval '3 seconds', true)
      loop
        begin
          perform pg_terminate_backend(other.pid);
        exception when insufficient_privilege then null;
        end;
      end loop;
    end;
  end loop;
  raise exception 'other sessions hold locks and could not be ended: stop the applications that use the database, then try again';
end
$sluice$;`;

/**
 * What the current user could not do when it fills the database again, in words; one empty line where it may do everything.
 * That it may drop what is there, the proof has shown: it gave everything in the scratch database to the same owners.
 */
export const missingRights = `
select string_agg(reason, ', ') from (
  select 'CREATE on the database' as reason where not has_database_privilege(current_database(), 'CREATE')
  union all select 'CREATE on the schema public'
    where not has_schema_privilege(to_regnamespace('public'), 'CREATE')
) as missing`;
