// Runs the program of docs/package.md, which lies in page.ts, by Pulumi's Automation API: `node run.js COMMAND`.
//
// The program runs in this process, so the engine needs no language host for Node.js, which the sandbox does not have.
import { LocalWorkspace } from "@pulumi/pulumi/automation";

const { STACK, PACKAGE, KUBECONFIG_TEXT } = process.env as Record<string, string>;

async function main(): Promise<void> {
    const stack = await LocalWorkspace.createOrSelectStack(
        { stackName: STACK, projectName: "shop", program: async () => ({ url: (await import("./page")).url }) },
        {
            workDir: __dirname,
            // `packages` is what `pulumi package add` writes; these types are older than it.
            projectSettings: { name: "shop", runtime: "nodejs", packages: { pipeline: PACKAGE } } as never,
        },
    );
    await stack.setConfig("kubeconfig", { value: KUBECONFIG_TEXT, secret: true });
    const onOutput = (text: string): void => void process.stdout.write(text);
    const commands: Record<string, () => Promise<unknown>> = {
        up: async () => (await stack.up({ onOutput })).outputs.url.value,
        preview: async () => (await stack.preview({ onOutput })).changeSummary,
        destroy: async () => {
            await stack.destroy({ onOutput });
            await stack.workspace.removeStack(STACK);
        },
    };
    console.log(JSON.stringify(await commands[process.argv[2]]()));
}

main().catch((error: Error) => {
    console.error(error.message);
    process.exit(1);
});
