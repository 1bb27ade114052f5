using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Requests;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;
using FleetBridge.Tests.Support;
using Serilog.Events;

namespace FleetBridge.Tests.Functional.Fuzzing;

/// <summary>The readers of text and JSON that comes from outside: each input is read or refused, and none breaks anything.</summary>
public sealed class MessageFuzzTests
{
    private static readonly Setting[] Declared = [new("prefix", "", null), new("text", "", "x")];

    [Fact]
    public void Target_and_query() => Fuzz.Run(
        [
            "/aws/1/metadata",
            "/aws_backend/1/deployment/uploaded_build/check?profile_name=P&region_name=us-west-2&prefix=x&server_package_root=\"C%3A%5CGames%5Ca\"&text='b'",
            "http://localhost:8000/aws/1/config?prefix=a+b%20c&prefix=&text=%C3%BC",
        ],
        input =>
        {
            if (!RequestTarget.TryParse(Encoding.Latin1.GetString(input), out var target, out var problem))
            {
                Assert.NotEmpty(problem);
                return;
            }

            Assert.All(target.Segments, Assert.NotEmpty);
            Assert.All(target.Parameters, pair => Assert.NotEmpty(pair.Value));
            if (target.TryGetRequest(out var request))
            {
                Settings.TryResolve(Declared, request.Parameters, out _, out var problems);
                Assert.All(problems, text => Assert.True(text.Length < 2_000));
                Assert.DoesNotContain('\n', ShortText.Of(request.Path));
            }
        });

    [Fact]
    public void Health_and_responses() => Fuzz.Run(
        [
            """{"name":"FleetBridge","version":"1.0","pid":1,"http_port":8000,"websocket_port":8765,"stopping":false,"ready":true,"backends":[{"name":"aws","version":"1","aliases":["aws_backend"],"generation":1,"path":"/x","state":"Ready","problem":null}]}""",
            """{"Overall Result":"True","Error":"e","Details":{"Resources":[{"Name":"a","Path":"d/a","Operations":["check"],"Depends On":["d/b"],"Cost of keeping":"c"}],"Components":[{"Name":"A","Description":"d","Requests":[{"Name":"Check","RequestPath":"/d/a/check"}]}],"Fleet Type":"t","Fleet Description":"d"}}""",
            """{"Overall Result":"False","Details":{"Backend State":"Not Loaded","Checks":[{"name":"n","status":"ok","message":"m"}]}}""",
        ],
        input =>
        {
            _ = HealthMessage.Read(input)?.Write();
            foreach (var shape in (ResponseShape[])[ResponseShape.Nested, ResponseShape.Flat])
            {
                if (ResponseMessage.Read(input, ResponseStatus.Completed, shape) is { } response)
                {
                    _ = MetadataMessage.Read(response.Details);
                    _ = ResourcesMessage.Read(response.Details);
                    _ = ConfigMessage.Read(response);
                    _ = ChecksMessage.Read(response);
                    Assert.NotNull(JsonNode.Parse(ResponseMessage.Write(response).Span));
                }
            }
        });

    [Fact]
    public void Log_records() => Fuzz.Run(
        [
            """{"time": "2026-01-01 00:00:00,000", "name": "aws", "level": "INFO", "message": "Fleet made. größe 😀"}""",
            "aws_secret_access_key = wJalr/x and \"SessionToken\": \"IQo\\/b&#x2F;\" Bearer abcdefghijklmnopq http://me:pass@proxy -----BEGIN PRIVATE KEY-----\nMIIEabc=\n-----END PRIVATE KEY----- eyJhbGciOi.eyJz.x",
        ],
        input =>
        {
            var text = Encoding.UTF8.GetString(input);
            var record = new LogRecord(default, LogEventLevel.Warning, text, new RecordRedaction().Clean(text));
            var editor = new ArrayBufferWriter<byte>();
            EditorRecord.Write(editor, record);
            Assert.Equal(4, JsonNode.Parse(editor.WrittenSpan)!.AsObject().Count);
            Assert.False(editor.WrittenSpan.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E));
            var line = new ArrayBufferWriter<byte>();
            FileLine.Write(line, record);
            Assert.Equal(1, line.WrittenSpan.Count((byte)'\n'));
            Assert.Same(record.Text, VisibleText.Of(record.Text));
            _ = WireJson.Text(WireJson.Read(input), "message");
            _ = ShortText.Of(text);
        });

    [Fact]
    public void Metadata() => Fuzz.Run(
        [
            """{"Fleet Type":"t","Fleet Description":"d\n<Header>x</>","Components":[{"Name":"A","Description":"d","Requests":[{"Name":"Check","RequestPath":"/d/a/check"}]}]}""",
            "{ /* c */ \"Fleet Type\": \"t\", \"Fleet Description\": \"\", \"Components\": [], }",
        ],
        input =>
        {
            try
            {
                _ = BackendMetadata.Parse(input);
            }
            catch (JsonException exception)
            {
                Assert.NotEmpty(exception.Message);
            }
        });

    [Fact]
    public void Ini_of_a_project()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["Config"]);
        File.WriteAllText(folder["Game.uproject"], "{}");
        Fuzz.Run(
            [
                "[/Script/FleeteratorGameLiftStarterEditor.GameLiftStarterSettings]\nFleetPrefix=x\nAWSProfile=\"a\\\"b\"\nAWSRegion=us-west-2\n"
                + "BOTO3Path=(Path=\"../x\")\nServerPackageRoot=(Path=\"C:/Games\")\nFleetLaunchPath=(FilePath=\"/local/game/S\")\n[Other]\nA=b\n",
            ],
            input =>
            {
                File.WriteAllBytes(folder["Config", "DefaultEditor.ini"], input);
                try
                {
                    Assert.NotEmpty(Unreal.UnrealProject.ReadSettings(folder["Game.uproject"]));
                    _ = Unreal.UnrealProject.ReadModuleFolder(folder["Game.uproject"]);
                }
                catch (FileNotFoundException exception)
                {
                    Assert.Contains("cannot be read", exception.Message, StringComparison.Ordinal);
                }
            });
    }
}
