# The standalone server: `docker build -t carillon .`, and in docs/operate.md how to run it.
FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm pack

FROM node:22-slim
# Production refuses to start without secrets of yours; HOST is the container's own network.
ENV NODE_ENV=production HOST=0.0.0.0 CARILLON_DATA_DIR=/data
WORKDIR /app
# The package as it is published, with its peers, which Carillon itself only has for development.
COPY --from=build /app/carillon-*.tgz /tmp/
RUN npm install --ignore-scripts --no-audit --no-fund /tmp/carillon-*.tgz && rm -r /tmp/carillon-*.tgz ~/.npm
# For the embedded PostgreSQL, which is used where DATABASE_URL names no other, and does not run as root.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
# Without npx in between, which would have to pass SIGTERM on.
CMD ["node", "--enable-source-maps", "--max-semi-space-size=32", "node_modules/carillon/dist/src/cli/main.js", "serve"]
