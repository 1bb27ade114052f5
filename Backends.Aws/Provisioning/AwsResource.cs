using FleetBridge.Backends.Aws.Account;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>A resource whose operations call AWS.</summary>
internal abstract class AwsResource(AwsClients clients) : Resource
{
    /// <summary>Performs an operation.</summary>
    protected delegate Task<BackendResult> AwsHandler(AwsContext context);

    /// <summary>The operation that opens a page of the console in the request's region (<see cref="AwsConsole"/>).</summary>
    protected Operation Browse(string page) => AwsConsole.Browse(clients, page);

    /// <summary>Gives an operation the clients of its request, and explains what AWS throws.</summary>
    protected OperationHandler OnAws(AwsHandler handler)
    {
        return context => new OtherRegion(clients).RunAsync(
            CallAsync, Operations.First(operation => operation.Name == Operation.CheckName).Handler, Path, context);

        async Task<BackendResult> CallAsync(BackendContext context)
        {
            var set = clients.For(context);
            return await clients.CallAsync(set, () => handler(new AwsContext(context, set)), context.Cancellation).ConfigureAwait(false);
        }
    }
}
