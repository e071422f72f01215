// An OpenID Connect server written by others (npm oidc-provider) for the tests that talk to
// a real one. It listens on a free loopback port, prints its URL, and lets one invented
// person agree to everything at once; with login_hint=deny the person says no.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const api = 'urn:fhir-api';
const person = 'person-1';
const scopes = 'patient/*.read appointment/*.read appointment/*.write slot/*.read';

// Native clients may come back to any port of the loopback address (RFC 8252, 7.3).
const people = {
  application_type: 'native',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  redirect_uris: ['http://127.0.0.1/callback'],
};
const machines = { grant_types: ['client_credentials'], response_types: [], redirect_uris: [] };

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    { ...machines, client_id: 'sdk-cc', client_secret: 'sdk-secret', token_endpoint_auth_method: 'client_secret_post' },
    { ...machines, client_id: 'sdk-basic', client_secret: 'sdk secret+/%', token_endpoint_auth_method: 'client_secret_basic' },
    { ...people, client_id: 'sdk-code', client_secret: 'sdk-secret', token_endpoint_auth_method: 'client_secret_post' },
    { ...people, client_id: 'sdk-public', token_endpoint_auth_method: 'none' },
  ],
  scopes: ['openid', 'offline_access', ...scopes.split(' ')],
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: () => true,
  interactions: { url: (_ctx, interaction) => `/agree/${interaction.uid}` },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  ttl: { AccessToken: 3600, ClientCredentials: 3600, RefreshToken: 3600, Session: 600, Interaction: 600, Grant: 3600 },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => api,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: scopes, audience: api, accessTokenFormat: 'opaque' }),
    },
  },
});

// Azure AD v1 has no scopes: who asks for a resource and names none wants all of it.
provider.use(async (ctx, next) => {
  if (ctx.path === '/auth' && ctx.query.resource && !ctx.query.scope) ctx.query = { ...ctx.query, scope: scopes };
  return next();
});

// What the person does on the server's pages.
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/agree/')) return next();
  const { prompt, params, grantId } = await provider.interactionDetails(ctx.req, ctx.res);
  let result = { login: { accountId: person } };
  if (params.login_hint === 'deny') {
    result = { error: 'access_denied', error_description: 'the person said no' };
  } else if (prompt.name === 'consent') {
    const grant = grantId ? await provider.Grant.find(grantId) : new provider.Grant({ accountId: person, clientId: params.client_id });
    const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details;
    if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '));
    if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims);
    for (const [resource, missing] of Object.entries(missingResourceScopes ?? {})) grant.addResourceScope(resource, missing.join(' '));
    result = { consent: { grantId: await grant.save() } };
  }
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: true }));
});
provider.on('server_error', (_ctx, err) => console.error(err));

server.on('request', provider.callback());
console.log(issuer);
