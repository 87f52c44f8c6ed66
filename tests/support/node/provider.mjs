// An OpenID provider on loopback with its real login pages. One JSON object as argument: {"idTokenSeconds", "deviceSeconds",
// "device": false to have no device flow}. Says {"issuer"} on standard output; each line of standard input is a command
// ("rotate": new keys, "forget": every refresh token is void), answered with a line. Ends with its standard input.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Provider } from 'oidc-provider';

const options = JSON.parse(process.argv[2] ?? '{}');
console.warn = console.info = () => {};

function key() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
}

// a storage of our own, so that what was granted outlives new keys and can be forgotten
const stored = new Map();
class Memory {
  constructor(name) { this.name = name; }
  id(id) { return `${this.name}:${id}`; }
  async upsert(id, payload) { stored.set(this.id(id), payload); }
  async find(id) { return stored.get(this.id(id)); }
  async findByUid(uid) { return this.by((one) => one.uid === uid); }
  async findByUserCode(code) { return this.by((one) => one.userCode === code); }
  async by(fits) {
    for (const [id, one] of stored) if (id.startsWith(`${this.name}:`) && fits(one)) return one;
    return undefined;
  }
  async consume(id) { stored.get(this.id(id)).consumed = Math.floor(Date.now() / 1000); }
  async destroy(id) { stored.delete(this.id(id)); }
  async revokeByGrantId(grantId) {
    for (const [id, one] of stored) if (one.grantId === grantId) stored.delete(id);
  }
}

const grants = ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'];
const client = {
  grant_types: options.device === false ? grants.slice(0, 2) : grants,
  response_types: ['code'],
  application_type: 'native',
  redirect_uris: ['http://127.0.0.1/callback'],
};

function make(issuer) {
  return new Provider(issuer, {
    adapter: Memory,
    jwks: { keys: [key()] },
    cookies: { keys: ['only for tests'] },
    clients: [
      { ...client, client_id: 'rolecall-desktop', token_endpoint_auth_method: 'none' },
      { ...client, client_id: 'with:secret', client_secret: options.secret ?? 'p%s+ /:ecret', token_endpoint_auth_method: 'client_secret_basic' },
    ],
    features: {
      devInteractions: { enabled: true },
      deviceFlow: { enabled: options.device !== false },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 600, AuthorizationCode: 60, Grant: 3600, Interaction: 600, Session: 3600,
      DeviceCode: options.deviceSeconds ?? 600, IdToken: options.idTokenSeconds ?? 3600, RefreshToken: 3600,
    },
  });
}

let answer;
const server = createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  answer = make(issuer).callback();
  console.log(JSON.stringify({ issuer }));
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      if (line === 'rotate') answer = make(issuer).callback();
      if (line === 'forget') for (const id of stored.keys()) if (id.startsWith('RefreshToken:')) stored.delete(id);
      console.log(JSON.stringify({ done: line }));
    })
    .on('close', () => process.exit(0));
});
