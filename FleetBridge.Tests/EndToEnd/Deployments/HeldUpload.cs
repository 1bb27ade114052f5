using Amazon.Emulation;
using Amazon.Emulation.S3;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Deployments;

/// <summary>A package of several parts whose second part waits for the test.</summary>
internal sealed class HeldUpload
{
    private readonly TaskCompletionSource _going = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes the package, and holds the uploads of it.</summary>
    public HeldUpload(string package, AwsEmulator aws)
    {
        GamePackage.Make(package, GamePackage.SeveralParts);
        aws.S3.Bodies = S3Bodies.Hash;
        aws.S3.Fault = call =>
        {
            if (call is not { Operation: "UploadPart", PartNumber: 2 })
            {
                return null;
            }

            _going.TrySetResult();
            return new S3Fault { Wait = _released.Task };
        };
    }

    /// <summary>Completes when the part is on its way.</summary>
    public Task Going => _going.Task;

    /// <summary>Lets it and all others pass.</summary>
    public void Release() => _released.SetResult();
}
