using Amazon.Emulation.GameLift.Model;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.GameLift;

/// <summary>GameLift's operations on the tags of builds and fleets.</summary>
internal sealed class GameLiftTags(AwsEmulator aws)
{
    public void Register(OperationSet operations)
    {
        operations.Add<ListTagsForResourceRequest, ListTagsForResourceResponse>(
            "ListTagsForResource",
            (call, request) => new()
            {
                Tags = [.. Find(call, request.ResourceARN).Select(tag => new Tag { Key = tag.Key, Value = tag.Value })],
            });
        operations.Add<TagResourceRequest, TagResourceResponse>("TagResource", (call, request) =>
        {
            var tags = Find(call, request.ResourceARN);
            foreach (var (key, value) in Of(request.Tags))
            {
                tags[key] = value;
            }

            return new();
        });
        operations.Add<UntagResourceRequest, UntagResourceResponse>("UntagResource", (call, request) =>
        {
            var tags = Find(call, request.ResourceARN);
            foreach (var key in request.TagKeys ?? [])
            {
                tags.Remove(key);
            }

            return new();
        });
    }

    /// <summary>The tags of a request.</summary>
    public static Dictionary<string, string> Of(List<Tag>? tags) => (tags ?? []).ToDictionary(tag => tag.Key!, tag => tag.Value!);

    private Dictionary<string, string> Find(AwsCall call, string? arn)
    {
        var region = aws.Region(call.Region);
        return region.Builds.Find(build => build.Arn == arn)?.Tags
            ?? region.Fleets.Find(fleet => fleet.Arn == arn)?.Tags
            ?? throw new AwsError("NotFoundException", $"Resource {arn} could not be found.");
    }
}
