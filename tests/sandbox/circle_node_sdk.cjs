// Circle's own client for Node, as it is installed, against the sandbox custodian.
// Prints which of its methods it has called and what it saw, as JSON on the last line; the test judges that.
"use strict";

const [packageFolder, baseUrl, scratchFolder] = process.argv.slice(2);
const sdk = require(packageFolder);
const API_KEY = "TEST_API_KEY:id:secret";
const ENTITY_SECRET = "5e".repeat(32);
const AMOY = "MATIC-AMOY";
const USDC = "36b6931a-873a-56a8-8a27-b706b17104ee";
const USDC_CONTRACT = "0x41e94eb019c0762f9bfcf9fb1e58725bfb0e7582";
const NOBODY = "9f0d6c0e-5d3c-4b60-9a34-6ab7f6a1c001";
const HIGH = { type: "level", config: { feeLevel: "HIGH" } };
const MAIL = {
  types: { EIP712Domain: [{ name: "name", type: "string" }], Mail: [{ name: "text", type: "string" }] },
  primaryType: "Mail",
  domain: { name: "Mail" },
  message: { text: "hello" },
};

const client = sdk.initiateDeveloperControlledWalletsClient({
  apiKey: API_KEY,
  entitySecret: ENTITY_SECRET,
  baseUrl,
});
const called = new Set();
const seen = {};

async function ask(method, ...args) {
  called.add(method);
  const answer = await client[method](...args);
  return answer === undefined ? undefined : answer.data;
}

async function refused(method, ...args) {
  try {
    await ask(method, ...args);
  } catch (error) {
    return { name: error.constructor.name, code: error.code, status: error.status };
  }
  return null;
}

async function advance(seconds) {
  const url = baseUrl.replace(/\/circle$/, "/sandbox/clock");
  await fetch(url, { method: "POST", body: JSON.stringify({ advance_s: seconds }) });
}

async function held(wallet) {
  const { tokenBalances } = await ask("getWalletTokenBalance", { id: wallet.id });
  return Object.fromEntries(tokenBalances.map((each) => [each.token.symbol, each.amount]));
}

async function state(id) {
  return (await ask("getTransaction", { id })).transaction.state;
}

async function register() {
  const answer = await sdk.registerEntitySecretCiphertext({
    apiKey: API_KEY,
    entitySecret: ENTITY_SECRET,
    recoveryFileDownloadPath: scratchFolder,
    baseUrl,
  });
  seen.recoverable = Boolean(answer.data.recoveryFile);
}

async function wallets() {
  const { walletSet } = await ask("createWalletSet", { name: "node" });
  await ask("updateWalletSet", { id: walletSet.id, name: "renamed" });
  seen.setName = (await ask("getWalletSet", { id: walletSet.id })).walletSet.name;
  seen.sets = (await ask("listWalletSets")).walletSets.length;
  const made = await ask("createWallets", {
    walletSetId: walletSet.id,
    blockchains: [AMOY],
    accountType: "EOA",
    count: 2,
  });
  const [wallet, other] = made.wallets;
  await ask("updateWallet", { id: wallet.id, name: "main", refId: "user-1" });
  seen.byReference = (await ask("listWallets", { refId: "user-1" })).wallets.map((each) => each.id);
  seen.expected = [wallet.id];
  seen.name = (await ask("getWallet", { id: wallet.id })).wallet.name;
  const derived = await ask("deriveWallet", { id: wallet.id, blockchain: "BASE-SEPOLIA" });
  const again = await ask("deriveWalletByAddress", {
    sourceBlockchain: AMOY,
    walletAddress: wallet.address,
    targetBlockchain: "BASE-SEPOLIA",
  });
  seen.derivedAlike = derived.wallet.id === again.wallet.id && derived.wallet.address === wallet.address;
  return [wallet, other];
}

async function transfers(wallet, other) {
  await ask("requestTestnetTokens", { address: wallet.address, blockchain: AMOY, usdc: true, native: true });
  await advance(10);
  const order = { walletId: wallet.id, tokenId: USDC, destinationAddress: other.address, fee: HIGH };
  const sent = await ask("createTransaction", { ...order, amount: ["4"] });
  const stopped = await ask("createTransaction", { ...order, amount: ["1"] });
  await ask("cancelTransaction", { id: stopped.id });
  const cheap = { type: "absolute", config: { gasLimit: "65000", maxFee: "20", priorityFee: "10" } };
  const stuck = await ask("createTransaction", { ...order, amount: ["2"], fee: cheap });
  await advance(120);
  seen.states = [await state(sent.id), await state(stopped.id), await state(stuck.id)];
  const lowest = await ask("getLowestNonceTransaction", { walletId: wallet.id });
  seen.lowest = lowest.transaction.id === stuck.id;
  await ask("accelerateTransaction", { id: stuck.id });
  const call = {
    walletId: wallet.id,
    contractAddress: USDC_CONTRACT,
    abiFunctionSignature: "transfer(address,uint256)",
    abiParameters: [other.address, "1000000"],
  };
  await ask("estimateContractExecutionFee", call);
  await ask("createContractExecutionTransaction", { ...call, fee: HIGH });
  await advance(120);
  seen.freed = await state(stuck.id);
  seen.held = [(await held(wallet)).USDC, (await held(other)).USDC];
  seen.listed = (await ask("listTransactions", { txType: "OUTBOUND" })).transactions.length;
  seen.holders = (await ask("getWalletsWithBalances", { blockchain: AMOY })).wallets.length;
  seen.nfts = (await ask("getWalletNFTBalance", { id: wallet.id })).nfts.length;
  const estimate = await ask("estimateTransferFee", {
    walletId: wallet.id,
    tokenId: USDC,
    destinationAddress: other.address,
    amount: ["1"],
  });
  seen.networkFee = estimate.high.networkFee;
  seen.parameters = (await ask("getFeeParameters", { blockchain: AMOY, accountType: "EOA" })).low.priorityFee;
  seen.valid = (await ask("validateAddress", { blockchain: AMOY, address: wallet.address })).isValid;
  seen.unfunded = await refused("createTransaction", { ...order, amount: ["400"] });
}

async function signatures(wallet) {
  const owner = { walletId: wallet.id };
  const lengths = [
    (await ask("signMessage", { ...owner, message: "hello" })).signature.length,
    (await ask("signTypedData", { ...owner, data: JSON.stringify(MAIL) })).signature.length,
  ];
  seen.signatures = lengths;
  const transaction = JSON.stringify({
    nonce: 1, to: wallet.address, value: "1", gas: "21000",
    maxFeePerGas: "42", maxPriorityFeePerGas: "25", chainId: 80002,
  });
  seen.signed = (await ask("signTransaction", { ...owner, transaction })).signedTransaction.slice(0, 4);
  seen.delegate = await refused("signDelegateAction", { ...owner, unsignedDelegateAction: "YWN0" });
}

async function configuration() {
  seen.key = (await ask("getPublicKey")).publicKey.slice(0, 26);
  seen.token = (await ask("getToken", { id: USDC })).token.symbol;
  await ask("createMonitoredTokens", { tokenIds: [USDC] });
  seen.monitored = (await ask("listMonitoredTokens")).tokens.map((each) => each.symbol);
  await ask("updateMonitoredTokens", { tokenIds: [USDC] });
  await ask("deleteMonitoredTokens", { tokenIds: [USDC] });
  await ask("updateMonitoredTokensScope", { scope: "MONITOR_ALL" });
  const made = await ask("createSubscription", { endpoint: "http://127.0.0.1:9/hook" });
  await ask("updateSubscription", { id: made.id, name: "off", enabled: false });
  seen.enabled = (await ask("getSubscription", made.id)).enabled;
  seen.subscriptions = (await ask("listSubscriptions")).length;
  await ask("deleteSubscription", made.id);
  seen.unknownKey = await refused("getNotificationSignature", NOBODY);
  seen.nobody = await refused("getWallet", { id: NOBODY });
  seen.ciphertext = (await client.generateEntitySecretCiphertext()).length > 0;
  called.add("generateEntitySecretCiphertext");
}

async function main() {
  await register();
  const [wallet, other] = await wallets();
  await transfers(wallet, other);
  await signatures(wallet);
  await configuration();
  const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(client));
  const missing = methods.filter((name) => name !== "constructor" && !called.has(name));
  process.stdout.write(`\n${JSON.stringify({ seen, missing })}\n`);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n${JSON.stringify(error.response?.data ?? error)}\n`);
  process.exit(1);
});
