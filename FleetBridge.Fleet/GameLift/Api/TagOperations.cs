using Amazon.Emulation.GameLift.Model;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>Operations on tags.</summary>
internal static class TagOperations
{
    public static void Register(OperationTable table)
    {
        table.Add<ListTagsForResourceRequest, ListTagsForResourceResponse>("ListTagsForResource", List);
        table.AddChange<TagResourceRequest, TagResourceResponse>("TagResource", TagAsync);
        table.AddChange<UntagResourceRequest, UntagResourceResponse>("UntagResource", UntagAsync);
    }

    private static ListTagsForResourceResponse List(ApiCall call, ListTagsForResourceRequest request)
    {
        var tags = call.Control.Read(model => model.TagsOf(request.ResourceARN!));
        return new() { Tags = [.. tags.Select(tag => new Tag { Key = tag.Key, Value = tag.Value })] };
    }

    private static async ValueTask<TagResourceResponse> TagAsync(ApiCall call, TagResourceRequest request)
    {
        await call.Control.ChangeAsync(model => model.TagResource(request.ResourceARN!, request.Tags.ToModel()), call.Cancellation);
        return new();
    }

    private static async ValueTask<UntagResourceResponse> UntagAsync(ApiCall call, UntagResourceRequest request)
    {
        await call.Control.ChangeAsync(model => model.UntagResource(request.ResourceARN!, request.TagKeys!), call.Cancellation);
        return new();
    }
}
