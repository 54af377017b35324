# Builds dist/ and, apart from it, the modules that production needs; the image holds only these two.
# Install scripts stay off: the one dependency that has any brings a Node, and the image is one.
FROM node:26-slim AS build
WORKDIR /build
COPY . .
RUN npm ci --ignore-scripts && npm run build

FROM node:26-slim AS modules
WORKDIR /modules
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:26-slim
ENV NODE_ENV=production SUREFILL_HOST=0.0.0.0
WORKDIR /opt/surefill
COPY package.json LICENSE ./
COPY bin bin
COPY --from=modules /modules/node_modules node_modules
COPY --from=build /build/dist dist
RUN ln -s /opt/surefill/bin/surefill.mjs /usr/local/bin/surefill \
  && install -d -o node -g node -m 700 /var/lib/surefill /var/lib/surefill/data /var/lib/surefill/logs

# config.json, data/ and logs/ lie beside the working directory, so one mount keeps everything. It is not declared a
# volume here: some hosts refuse to build an image that does.
WORKDIR /var/lib/surefill
USER node
EXPOSE 4600
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SUREFILL_PORT || process.env.PORT || 4600}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# The shell only narrows the mask and then becomes node, so SIGTERM reaches the daemon.
ENTRYPOINT ["/bin/sh", "-c", "umask 077 && exec node /opt/surefill/bin/surefill.mjs \"$@\"", "surefill"]
CMD ["start"]
