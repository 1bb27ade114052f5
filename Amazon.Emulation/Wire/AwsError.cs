namespace Amazon.Emulation.Wire;

/// <summary>What a service answers instead of a result.</summary>
/// <param name="code">The error's shape in the service's model, or a code common to all services.</param>
/// <param name="message">The sentence.</param>
/// <param name="status">The HTTP status where the model does not say it.</param>
internal sealed class AwsError(string code, string message, int? status = null) : Exception(message)
{
    public string Code => code;

    public int? Status => status;
}
