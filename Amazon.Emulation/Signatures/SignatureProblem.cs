
namespace Amazon.Emulation.Signatures;

/// <summary>What is wrong with a request's signature; each protocol has its own word for it.</summary>
internal enum SignatureFault
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It lacks a part, or does not cover what it has to cover.</summary>
    Incomplete,

    /// <summary>The key, or its session token, is not known.</summary>
    UnknownKey,

    /// <summary>The key was known until it expired.</summary>
    Expired,

    /// <summary>It is for another service, region or day.</summary>
    Scope,

    /// <summary>Its date is too far from ours.</summary>
    Skewed,

    /// <summary>It is not what the secret gives.</summary>
    Mismatch,
}

/// <summary>A signature that does not hold.</summary>
internal sealed class SignatureProblem(SignatureFault fault, string message) : Exception(message)
{
    public SignatureFault Fault => fault;
}

/// <summary>Who signed, and for where.</summary>
internal sealed record SignedRequest(AwsKey Key, string Region, string Scope, string Date, string Signature);
