using System.IO.Compression;
using System.Text.Json.Nodes;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.Lambda;

/// <summary>What Lambda wants of a function's code and runtime.</summary>
internal static class LambdaCode
{
    /// <summary>Runtimes that no function may be created or updated with any more ("Lambda runtimes", blocked dates).</summary>
    private static readonly HashSet<string> Retired =
    [
        "nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10", "nodejs10.x", "nodejs12.x", "nodejs14.x", "nodejs16.x",
        "nodejs18.x", "java8", "python2.7", "python3.6", "python3.7", "python3.8", "python3.9", "dotnetcore1.0", "dotnetcore2.0",
        "dotnetcore2.1", "dotnetcore3.1", "dotnet6", "go1.x", "ruby2.5", "ruby2.7", "provided",
    ];

    /// <summary>The bytes of a zip that holds the handler.</summary>
    /// <exception cref="AwsError">It does not.</exception>
    public static byte[] Read(JsonNode? zipFile, string handler, string runtime)
    {
        if ((string?)zipFile is not { } base64)
        {
            throw Invalid("The emulator takes a function's code as ZipFile only.");
        }

        var zip = Convert.FromBase64String(base64);
        HashSet<string> files;
        try
        {
            using var archive = new ZipArchive(new MemoryStream(zip), ZipArchiveMode.Read);
            files = [.. archive.Entries.Select(entry => entry.FullName)];
        }
        catch (InvalidDataException)
        {
            throw Invalid("Could not unzip uploaded file. Please check your file, then try to upload again.");
        }

        var dot = handler.LastIndexOf('.');
        var file = (dot < 0 ? handler : handler[..dot]) + (runtime.StartsWith("python", StringComparison.Ordinal) ? ".py" : ".js");

        // Lambda itself would only say so when the function is called, which is too late for a test
        return files.Contains(file) ? zip : throw Invalid($"The handler {handler} needs a file {file}, which the zip does not hold.");
    }

    /// <summary>Checks a runtime.</summary>
    /// <exception cref="AwsError">It is retired.</exception>
    public static void CheckRuntime(string? runtime)
    {
        if (runtime is not null && Retired.Contains(runtime))
        {
            throw Invalid(
                $"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions. " +
                "We recommend you use a supported runtime while creating or updating functions.");
        }
    }

    /// <summary>Checks environment variables for names that are Lambda's own.</summary>
    public static void CheckEnvironment(JsonNode? environment)
    {
        var reserved = (environment?["Variables"] as JsonObject ?? [])
            .Select(variable => variable.Key)
            .Where(name => name.StartsWith("AWS_", StringComparison.Ordinal) && name is not ("AWS_LAMBDA_EXEC_WRAPPER" or "AWS_ENDPOINT_URL"))
            .ToList();
        if (reserved.Count > 0)
        {
            throw Invalid(
                "Lambda was unable to configure your environment variables because the environment variables you have provided " +
                $"contains reserved keys that are currently not supported for modification. Reserved keys used in this request: {string.Join(", ", reserved)}");
        }
    }

    private static AwsError Invalid(string message) => new("InvalidParameterValueException", message);
}
