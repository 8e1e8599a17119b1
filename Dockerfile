# One image for every worker of the fleet: the compose file gives each its role.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# The image brings its own Node 24: the install script that fetches one is not wanted here.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build \
 && npm prune --omit=dev --ignore-scripts \
 # The SDK ships its native core for five platforms; one of them is this one.
 && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
      ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} +

FROM node:24-slim
# git: releases are made from worktrees. tini: reaps what the users' commands leave behind.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git ca-certificates tini \
 && rm -rf /var/lib/apt/lists/* \
 && mkdir /data \
 && chown node:node /data
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
ENV NODE_ENV=production
USER node
VOLUME /data
# Prometheus metrics.
EXPOSE 9464
ENTRYPOINT ["tini", "--", "node", "dist/client/cli/main.js"]
CMD ["worker"]
