// The AWS SDK for JavaScript, as a program that is served sessions: for each line on standard input it says who it is.
import { createInterface } from "node:readline";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromNodeProviderChain } from "@aws-sdk/credential-providers";

const credentials = fromNodeProviderChain();
const client = new STSClient({ credentials, endpoint: process.env.AWS_ENDPOINT_URL_STS });
for await (const _ of createInterface({ input: process.stdin })) {
  try {
    const who = await client.send(new GetCallerIdentityCommand({}));
    console.log((await client.config.credentials()).accessKeyId, who.Arn);
  } catch (error) {
    console.log("failed:", error.name, error.message);
  }
}
