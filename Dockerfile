# The standalone server: `docker build -t carillon .`, and in docs/operate.md how to run it.
FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build
# What the server runs on, at the versions of the lock file too.
RUN node scripts/server-dependencies.mjs && npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:22-slim
# Production refuses to start without secrets of yours; HOST is the container's own network.
ENV NODE_ENV=production HOST=0.0.0.0 CARILLON_DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# For the embedded PostgreSQL, which is used where DATABASE_URL names no other, and does not run as root.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
# Whether to restart it: a database that is away does not make the process answer less. The first start of the embedded
# database takes some seconds, migrations of large tables take longer.
HEALTHCHECK --start-period=60s --interval=10s --timeout=5s --retries=3 CMD ["node", "-e", \
  "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Without npm in between, which would have to pass SIGTERM on.
CMD ["node", "--enable-source-maps", "--max-semi-space-size=32", "dist/src/main.js"]
