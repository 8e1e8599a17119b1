#!/bin/sh
# Registers the namespace of the runs as soon as the server answers. Safe to repeat.
# Takes TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, as the temporal CLI does.
set -eu
cli="${TEMPORAL_CLI_PATH:-temporal}"
namespace="${TEMPORAL_NAMESPACE:-default}"
retention="${TEMPORAL_RETENTION:-30d}"

attempts=60
until "$cli" operator cluster health >/dev/null 2>&1; do
  attempts=$((attempts - 1))
  if [ "$attempts" -eq 0 ]; then
    echo "Temporal does not answer at ${TEMPORAL_ADDRESS:-localhost:7233}" >&2
    exit 1
  fi
  sleep 1
done
if ! "$cli" operator namespace describe --namespace "$namespace" >/dev/null 2>&1; then
  "$cli" operator namespace create --namespace "$namespace" --retention "$retention"
fi
