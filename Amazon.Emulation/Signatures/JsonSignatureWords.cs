namespace Amazon.Emulation.Signatures;

/// <summary>The codes with which the JSON services refuse a signature ("Common error types" in their API references).</summary>
internal static class JsonSignatureWords
{
    public static string Code(SignatureFault fault) => fault switch
    {
        SignatureFault.Missing => "MissingAuthenticationTokenException",
        SignatureFault.Incomplete => "IncompleteSignatureException",
        SignatureFault.UnknownKey => "UnrecognizedClientException",
        SignatureFault.Expired => "ExpiredTokenException",
        _ => "InvalidSignatureException",
    };
}
