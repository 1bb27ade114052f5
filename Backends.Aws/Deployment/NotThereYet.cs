namespace Backends.Aws.Deployment;

/// <summary>The operations that need AWS. This version of the backend does not have them, and says so.</summary>
internal static class NotThereYet
{
    public static Task<BackendResult> AnswerAsync(BackendContext context) => Task.FromResult(BackendResult.Failure(
        $"/{context.Request.Path} needs AWS, and this version of FleetBridge cannot do that yet.",
        "Nothing was changed. Until it can, browse opens the place in the AWS console."));
}
